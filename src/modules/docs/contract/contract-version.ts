/** Version of the public contract, not of the server: a breaking change moves the first number and the `/v1` of the paths. */
export const contractVersion = '1.0.0';
