import type { Goal } from '../scenario.js';

/** Names of the contenders of several scenarios. */
export const names = {
  ws: 'bare ws',
  socketio: 'bare Socket.IO',
  fastify: 'bare Fastify',
  embedded: 'Parley, embedded',
  cluster: 'Parley, cluster',
  ejabberd: 'ejabberd',
} as const;

/** Whether a contender is Parley in one of its modes. */
export function isParley(name: string): boolean {
  return name === names.embedded || name === names.cluster;
}

/** Met if the contender's ratio to the reference is at least `least`. */
export function ratioAtLeast(least: number, of: string, contender: string = names.embedded): Goal {
  return { says: `>= ${least}x ${of}`, isMet: (results) => compare(results.ratio(contender), (ratio) => ratio >= least) };
}

/** Met if the contender's ratio to the reference is at most `most`. */
export function ratioAtMost(most: number, of: string, contender: string = names.embedded): Goal {
  return { says: `<= ${most}x ${of}`, isMet: (results) => compare(results.ratio(contender), (ratio) => ratio <= most) };
}

/** Met if a figure of the contender is at most `most` times that of another contender. */
export function figureRatioAtMost(figure: string, most: number, other: string, contender: string = names.embedded): Goal {
  return {
    says: `${figure} <= ${most}x ${other}`,
    isMet: (results) => {
      const [own, theirs] = [results.figure(contender, figure), results.figure(other, figure)];
      return own === null || theirs === null ? null : own <= most * theirs;
    },
  };
}

/** Met if every figure is at most its limit. */
export function figuresAtMost(says: string, limits: Readonly<Record<string, number>>, contender: string = names.embedded): Goal {
  return allOf(
    says,
    Object.entries(limits).map(([figure, most]) => ({
      says: `${figure} <= ${most}`,
      isMet: (results) => compare(results.figure(contender, figure), (value) => value <= most),
    })),
  );
}

/** Met if all goals are met; unknown if one is unknown and none is missed. */
export function allOf(says: string, goals: readonly Goal[]): Goal {
  return {
    says,
    isMet: (results) => {
      const met = goals.map((goal) => goal.isMet(results));
      if (met.includes(false)) return false;
      return met.includes(null) ? null : true;
    },
  };
}

function compare(value: number | null, holds: (value: number) => boolean): boolean | null {
  return value === null || Number.isNaN(value) ? null : holds(value);
}
