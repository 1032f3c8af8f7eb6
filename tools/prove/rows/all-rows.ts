import { f01 } from './f01.js';
import { f02 } from './f02.js';
import { f03 } from './f03.js';
import { f06 } from './f06.js';
import { f11 } from './f11.js';
import { f12 } from './f12.js';
import { f13 } from './f13.js';
import { f14 } from './f14.js';
import { f17 } from './f17.js';
import { f18 } from './f18.js';
import { f24 } from './f24.js';
import { f25 } from './f25.js';
import { f26 } from './f26.js';
import { f27 } from './f27.js';
import { f30 } from './f30.js';
import type { Row } from './row.js';

/** The scoreboard's rows, in its order. */
export const allRows: readonly Row[] = [f01, f02, f03, f06, f11, f12, f13, f14, f17, f18, f24, f25, f26, f27, f30];
