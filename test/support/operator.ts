import type { Credentials } from './api.js';
import { nextServerUrl } from './environment.js';
import { operator } from './server.js';

/** Logs in through the operator's form; returns the cookie. */
export async function loginOperator(url = nextServerUrl()): Promise<Credentials & { readonly cookie: string; readonly url: string }> {
  const response = await submitLogin(url, operator.username, operator.password);
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  if (response.status >= 400 || cookie.length === 0)
    throw new Error(`the operator's login failed with ${response.status}: ${await response.text()}`);
  return { cookie: cookie.join('; '), url };
}

/** Submits the operator's login form without following redirects. */
export function submitLogin(url: string, username: string, password: string): Promise<Response> {
  return fetch(`${url}/admin/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
    body: new URLSearchParams({ username, password }),
  });
}
