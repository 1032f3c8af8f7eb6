import type { MemberMute, OwnMute } from '#contracts/conversations/schemas.js';

/** A mute as `muteColumn` reads it. */
export interface StoredMute {
  /** Milliseconds since 1970, or null for a mute without an end. */
  readonly untilMs: number | null;
  readonly leftMs: number | null;
  readonly reason: string | null;
}

/** A member may read but not write. */
export interface Mute {
  /** When it ends, or null. For display only. */
  readonly until: Date | null;
  readonly reason: string | null;
  /** When it ends by the monotonic clock of this process, or Infinity. */
  readonly endsAtMs: number;
}

/**
 * The mute of a row `m` of `members`, or null if there is none in force. The database says how long it lasts, so that a node whose
 * clock is wrong neither shortens nor prolongs it.
 */
export const muteColumn = `
  CASE WHEN m.muted_at IS NOT NULL AND (m.muted_until IS NULL OR m.muted_until > clock_timestamp()) THEN json_build_object(
    'untilMs', (extract(epoch FROM m.muted_until) * 1000)::bigint, 'reason', m.mute_reason,
    'leftMs', extract(epoch FROM m.muted_until - clock_timestamp()) * 1000) END AS mute`;

/** The stored mute, as read a moment ago. */
export function toMute(stored: StoredMute | null): Mute | null {
  if (stored === null) return null;
  return {
    until: stored.untilMs === null ? null : new Date(stored.untilMs),
    reason: stored.reason,
    endsAtMs: stored.leftMs === null ? Infinity : performance.now() + stored.leftMs,
  };
}

/** What the muted member sees. */
export function presentOwnMute(mute: Pick<Mute, 'until' | 'reason'> | null): OwnMute | null {
  return mute && { until: mute.until?.toISOString() ?? null, reason: mute.reason };
}

/** What all members see of a mute: the reason is for moderators and for the muted member. */
export function presentMute(stored: Pick<StoredMute, 'untilMs'> | null): MemberMute | null {
  if (stored === null) return null;
  return { until: stored.untilMs === null ? null : new Date(stored.untilMs).toISOString() };
}
