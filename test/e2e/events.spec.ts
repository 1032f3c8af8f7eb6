import { events } from '#contracts/events.js';
import { runCases } from './cases/case.js';
import { eventCasesByName } from './events.cases.js';

test('every event of the contract has its cases, and every case belongs to an event', () => {
  expect(Object.keys(eventCasesByName).sort()).toEqual(Object.keys(events).sort());
});

runCases(eventCasesByName);
