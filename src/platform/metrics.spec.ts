import { Metrics } from './metrics.js';

test('steps, counts and requests appear under their documented names', async () => {
  const metrics = new Metrics();
  metrics.step('commit').observe(0.002);
  metrics.committedBatch(7);
  metrics.countMessages('committed', 3);
  metrics.countRefused('rateLimited');
  metrics.countDelivered();
  metrics.countDelivered();
  metrics.persistedRows(5);
  metrics.request('message.send', 201, 0.01);
  const text = await metrics.render();
  expect(text).toContain('parley_commit_seconds_count 1');
  expect(text).toContain('parley_commit_batch_size_sum 7');
  expect(text).toContain('parley_messages_total{outcome="committed"} 3');
  expect(text).toContain('parley_messages_refused_total{code="rateLimited"} 1');
  expect(text).toContain('parley_events_delivered_total 2');
  expect(text).toContain('parley_persist_rows_total 5');
  expect(text).toContain('parley_http_request_seconds_count{route="message.send",status="201"} 1');
});

test('a gauge shows what is true now, without labels that are gone', async () => {
  const metrics = new Metrics();
  let samples = [{ labels: { queue: 'old' }, value: 1 }];
  metrics.gauge({ name: 'parley_test', help: 'test', labels: ['queue'], read: () => samples });
  await metrics.render();
  samples = [{ labels: { queue: 'new' }, value: 2 }];
  const text = await metrics.render();
  expect(text).toContain('parley_test{queue="new"} 2');
  expect(text).not.toContain('old');
});

test('a gauge that cannot be read is left out, counted, and keeps nothing else from being shown', async () => {
  const metrics = new Metrics();
  metrics.gauge({ name: 'parley_broken', help: 'test', read: () => Promise.reject(new Error('away')) });
  metrics.gauge({ name: 'parley_labelled', help: 'test', labels: ['queue'], read: () => Promise.reject(new Error('away')) });
  metrics.gauge({ name: 'parley_well', help: 'test', read: () => [{ value: 4 }] });
  const text = await metrics.render();
  expect(text).toContain('parley_well 4');
  expect(text).not.toMatch(/^parley_(broken|labelled)[ {]/m);
  expect(await metrics.render()).toContain('parley_metrics_read_failures_total{metric="parley_broken"} 1');
});

test('a gauge that never answers is left out too, and the others are shown within the time of a scrape', async () => {
  const metrics = new Metrics();
  metrics.gauge({ name: 'parley_hanging', help: 'test', read: () => new Promise(() => undefined) });
  metrics.gauge({ name: 'parley_well', help: 'test', read: () => [{ value: 4 }] });
  const text = await metrics.render();
  expect(text).toContain('parley_well 4');
  expect(text).not.toMatch(/^parley_hanging /m);
  expect(await metrics.render()).toContain('parley_metrics_read_failures_total{metric="parley_hanging"} 1');
});
