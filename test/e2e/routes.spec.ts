import { routes } from '#contracts/routes.js';
import { runCases } from './cases/case.js';
import { routeCases } from './routes.cases.js';

test('every route of the contract has its cases, and every case belongs to a route', () => {
  expect(Object.keys(routeCases).sort()).toEqual(Object.keys(routes).sort());
});

runCases(routeCases);
