import { z } from 'zod';

/** A time in a cursor: milliseconds since 1970, up to the end of the year 9999, as in `TimestampInput`. */
export const CursorTime = z.int().min(0).max(253_402_300_799_999);
