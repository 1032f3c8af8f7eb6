import { z } from 'zod';

/** A time in a cursor: milliseconds since 1970 that both a Date and Postgres can hold. */
export const CursorTime = z.int().min(0).max(8_640_000_000_000_000);
