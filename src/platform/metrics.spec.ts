import { Metrics } from './metrics.js';

test('steps, counts and requests appear under their documented names', async () => {
  const metrics = new Metrics();
  metrics.stepDurations('commit').observe(0.002);
  metrics.observeBatchSize(7);
  metrics.countMessages('committed', 3);
  metrics.countRefused('rateLimited');
  metrics.countDelivered();
  metrics.countDelivered();
  metrics.countPersistedRows(5);
  metrics.observeRequest('message.send', 201, 0.01);
  const text = await metrics.renderText();
  expect(text).toContain('parley_commit_seconds_count 1');
  expect(text).toContain('parley_commit_batch_size_sum 7');
  expect(text).toContain('parley_messages_total{outcome="committed"} 3');
  expect(text).toContain('parley_messages_refused_total{code="rateLimited"} 1');
  expect(text).toContain('parley_events_delivered_total 2');
  expect(text).toContain('parley_persist_rows_total 5');
  expect(text).toContain('parley_http_request_seconds_count{route="message.send",status="201"} 1');
});

test('a gauge shows its current values, without labels that no longer exist', async () => {
  const metrics = new Metrics();
  let samples = [{ labels: { queue: 'old' }, value: 1 }];
  metrics.addGauge({ name: 'parley_test', help: 'test', labels: ['queue'], read: () => samples });
  await metrics.renderText();
  samples = [{ labels: { queue: 'new' }, value: 2 }];
  const text = await metrics.renderText();
  expect(text).toContain('parley_test{queue="new"} 2');
  expect(text).not.toContain('old');
});

test('a gauge that cannot be read is left out and counted, and the other metrics still appear', async () => {
  const metrics = new Metrics();
  metrics.addGauge({ name: 'parley_broken', help: 'test', read: () => Promise.reject(new Error('away')) });
  metrics.addGauge({ name: 'parley_labelled', help: 'test', labels: ['queue'], read: () => Promise.reject(new Error('away')) });
  metrics.addGauge({ name: 'parley_well', help: 'test', read: () => [{ value: 4 }] });
  const text = await metrics.renderText();
  expect(text).toContain('parley_well 4');
  expect(text).not.toMatch(/^parley_(broken|labelled)[ {]/m);
  expect(await metrics.renderText()).toContain('parley_metrics_read_failures_total{metric="parley_broken"} 1');
});

test('a gauge that never answers is left out too, and the other metrics appear within the time of a scrape', async () => {
  const metrics = new Metrics();
  metrics.addGauge({ name: 'parley_hanging', help: 'test', read: () => new Promise(() => undefined) });
  metrics.addGauge({ name: 'parley_well', help: 'test', read: () => [{ value: 4 }] });
  const text = await metrics.renderText();
  expect(text).toContain('parley_well 4');
  expect(text).not.toMatch(/^parley_hanging /m);
  expect(await metrics.renderText()).toContain('parley_metrics_read_failures_total{metric="parley_hanging"} 1');
});
