import { f01 } from './f01.js';
import { f02 } from './f02.js';
import { f03 } from './f03.js';
import { f05 } from './f05.js';
import { f06 } from './f06.js';
import { f07 } from './f07.js';
import { f08 } from './f08.js';
import { f09 } from './f09.js';
import { f09Everysec } from './f09-everysec.js';
import { f10 } from './f10.js';
import { f11 } from './f11.js';
import { f12 } from './f12.js';
import { f13 } from './f13.js';
import { f14 } from './f14.js';
import { f15 } from './f15.js';
import { f16 } from './f16.js';
import { f17 } from './f17.js';
import { f18 } from './f18.js';
import { f19 } from './f19.js';
import { f20 } from './f20.js';
import { f21 } from './f21.js';
import { f23 } from './f23.js';
import { f24 } from './f24.js';
import { f25 } from './f25.js';
import { f26 } from './f26.js';
import { f27 } from './f27.js';
import { f29 } from './f29.js';
import { f30 } from './f30.js';
import { f31 } from './f31.js';
import { f32 } from './f32.js';
import { f33 } from './f33.js';
import { f34 } from './f34.js';
import { f35Deadly } from './f35-deadly.js';
import { f35 } from './f35.js';
import { f37Memory } from './f37-memory.js';
import { f37 } from './f37.js';
import { f38 } from './f38.js';
import type { Row } from './row.js';

/** The scoreboard's rows, in its order but for F12, which needs a Redis that has not been restarted for a minute. */
export const allRows: readonly Row[] = [
  f01,
  f02,
  f03,
  f05,
  f06,
  f07,
  f12,
  f08,
  f09,
  f09Everysec,
  f10,
  f11,
  f13,
  f14,
  f15,
  f16,
  f17,
  f18,
  f19,
  f20,
  f21,
  f23,
  f24,
  f25,
  f26,
  f27,
  f29,
  f30,
  f31,
  f32,
  f33,
  f34,
  f35,
  f35Deadly,
  f37,
  f37Memory,
  f38,
];
