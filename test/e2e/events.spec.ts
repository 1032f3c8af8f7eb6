import { events } from '#contracts/events.js';
import { runCases } from './cases/case.js';
import { eventCasesByName } from './events.cases.js';

test('every event of the contract has its cases, and no case is of an event that is gone', () => {
  expect(Object.keys(eventCasesByName).sort()).toEqual(Object.keys(events).sort());
});

runCases(eventCasesByName);
