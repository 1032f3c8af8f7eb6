import { LimitedViews } from './limited-views.js';

describe('LimitedViews', () => {
  it('excludes exactly the sockets whose view begins after the message', () => {
    const views = new LimitedViews();
    views.limitView('room', 'from 5', 5);
    views.limitView('room', 'from 9', 9);
    expect(views.findExcluded('room', 4)).toEqual(new Set(['from 5', 'from 9']));
    expect(views.findExcluded('room', 5)).toEqual(new Set(['from 9']));
    expect(views.findExcluded('room', 9)).toBeUndefined();
    expect(views.findExcluded('another room', 4)).toBeUndefined();
  });

  it('keeps the later of two beginnings, because a node may learn of the joining after it has read the membership', () => {
    const views = new LimitedViews();
    views.limitView('room', 'socket', 7);
    views.limitView('room', 'socket', 5);
    views.limitView('room', 'socket', 1);
    expect(views.findExcluded('room', 6)).toEqual(new Set(['socket']));
    views.replaceView('room', 'socket', 5);
    expect(views.findExcluded('room', 6)).toBeUndefined();
  });

  it('forgets a socket that left, and one that may see everything now', () => {
    const views = new LimitedViews();
    views.limitView('room', 'leaves', 5);
    views.limitView('room', 'is added again', 5);
    views.forgetView('room', 'leaves');
    views.replaceView('room', 'is added again', 1);
    expect(views.findExcluded('room', 1)).toBeUndefined();
  });
});
