/** Where a request that nobody is logged in for comes from. */
export interface Client {
  /** IP address, as the trusted proxies tell it. */
  readonly address: string;
  readonly userAgent: string | undefined;
}
