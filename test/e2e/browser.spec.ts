import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { serverUrls } from '../support/environment.js';
import { root } from '../support/paths.js';
import { present } from '../support/present.js';
import { say, scene } from '../support/scene.js';
import { operator } from '../support/server.js';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const shouldKeepScreenshots = process.env.UPDATE_SCREENSHOTS === '1';
const images = join(root, 'docs/images');

jest.setTimeout(60_000);

let profile: string;
let browser: BrowserContext | undefined;
const complaints: string[] = [];

beforeAll(async () => {
  profile = mkdtempSync(join(tmpdir(), 'parley-browser-'));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    args,
    headless: true,
    viewport: { width: 1280, height: 900 },
  });
});

afterAll(async () => {
  await browser?.close();
  if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
});

beforeEach(() => {
  complaints.length = 0;
});

/** Opens a new page and records what the browser reports: refused scripts, failed loads and errors. */
async function open(path: string): Promise<{ page: Page; status: number }> {
  const page = await present(browser, 'browser').newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The dashboard requests a font from another origin, which is refused.
    if (message.type() === 'error' && !message.text().includes('fonts.googleapis.com')) complaints.push(message.text());
  });
  const response = await page.goto(`${serverUrls()[0]}${path}`, { waitUntil: 'load' });
  return { page, status: present(response, 'response').status() };
}

async function keep(page: Page, name: string): Promise<void> {
  if (!shouldKeepScreenshots) return;
  mkdirSync(images, { recursive: true });
  await page.screenshot({ path: join(images, `${name}.png`) });
}

test('Swagger UI at /docs lists the routes', async () => {
  const { page, status } = await open('/docs');
  expect(status).toBe(200);
  await page.getByText('/v1/conversations/{conversationId}/messages', { exact: false }).first().waitFor();
  expect(complaints).toEqual([]);
  await keep(page, 'docs');
});

test('the events page at /docs/events names every command and event', async () => {
  const { page, status } = await open('/docs/events');
  expect(status).toBe(200);
  for (const name of ['message.send', 'conversation.sync', 'message.created', 'resync.required']) {
    await page.getByText(name, { exact: true }).first().waitFor();
  }
  expect(complaints).toEqual([]);
  await keep(page, 'events');
});

test('the queue dashboard requires a login, refuses a wrong password and then shows the jobs', async () => {
  const { owner, conversationId } = await scene();
  for (const text of ['some', 'work', 'for the queues']) await say(owner, conversationId, text);
  const { page, status } = await open('/admin/queues');
  expect(status).toBe(401);
  await keep(page, 'operator-login');
  await logIn(page, 'not the password');
  await page.getByRole('alert').waitFor();
  complaints.length = 0;
  await logIn(page, operator.password);
  await page.waitForURL(/\/admin\/queues/);
  for (const queue of ['persistence', 'receipts', 'dead-letters', 'maintenance'])
    await page.getByText(queue, { exact: false }).first().waitFor();
  await page.waitForLoadState('networkidle');
  await keep(page, 'queues');
  await page.goto(`${serverUrls()[0]}/admin/queues/queue/persistence`);
  await page.getByText('persistence', { exact: false }).first().waitFor();
  await page.waitForLoadState('networkidle');
  expect(await page.content()).not.toContain('for the queues');
  await keep(page, 'queue-persistence');
  expect(complaints).toEqual([]);
});

async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Operator').fill(operator.username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test.each([
  '/admin/queues',
  '/admin/queues/',
  '/admin/queues/api/queues',
  '/admin/queues/api/queues/persistence/clean/completed',
  '/admin/queues/static/js/main.js',
  '/admin/queues/queue/persistence',
  '/admin//queues/api/queues',
  '/admin/queues/%2e%2e/queues/api/queues',
  '/admin/Queues/api/queues',
  '/admin/queues/no-such-page',
])('%s shows nothing to a visitor who is not an operator', async (path) => {
  for (const method of ['GET', 'PUT', 'POST', 'HEAD']) {
    const response = await fetch(`${serverUrls()[0]}${path}`, { method, redirect: 'manual' });
    expect([401, 404]).toContain(response.status);
    if (path.startsWith('/admin/queues') && method === 'GET') expect(response.status).toBe(401);
    expect(await response.text()).not.toMatch(/persistence"|completed"/);
  }
});
