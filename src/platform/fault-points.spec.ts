const point = 'commit.before';

function load(environment: Record<string, string>) {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  jest.resetModules();
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  const { faultPoint } = jest.requireActual<typeof import('./fault-points.js')>('./fault-points.js');
  process.env = before;
  return { faultPoint, kill };
}

afterEach(() => jest.restoreAllMocks());

test('the process dies when it passes its point for the n-th time, and at no other point', () => {
  const { faultPoint, kill } = load({ NODE_ENV: 'test', FAULT_POINT: `${point}:3` });
  for (let pass = 0; pass < 2; pass += 1) faultPoint(point);
  for (let pass = 0; pass < 5; pass += 1) faultPoint('ack.before');
  expect(kill).not.toHaveBeenCalled();
  faultPoint(point);
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
});

test.each(['production', 'development'])('with NODE_ENV=%s the process never dies, whatever FAULT_POINT says', (nodeEnv) => {
  const { faultPoint, kill } = load({ NODE_ENV: nodeEnv, FAULT_POINT: `${point}:1` });
  for (let pass = 0; pass < 10; pass += 1) faultPoint(point);
  expect(kill).not.toHaveBeenCalled();
});

test('a malformed FAULT_POINT prevents the start', () => {
  expect(() => load({ NODE_ENV: 'test', FAULT_POINT: `${point}:x` })).toThrow('FAULT_POINT');
});
