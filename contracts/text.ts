import { z } from 'zod';
import { storableText } from './primitives.js';

/** The Braille blank is a symbol for Unicode, but has no dots. The others are ignorable, space, controls, or have no character at all. */
const visible = /[^\s\p{Default_Ignorable_Code_Point}\p{Z}\p{Cc}\p{Cf}\p{Cn}\u2800]/u;
/** Controls, line and paragraph separators, and what overrides, embeds or isolates a direction and so reorders the text around a name. */
const misleading = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Whether a reader sees anything: false for white space, controls and invisible characters such as U+200B and U+3164. */
export function isVisible(text: string): boolean {
  return visible.test(text);
}

/** A text of `min` to `max` UTF-16 code units with at least one visible character. It is stored and returned unchanged. */
export function visibleText(min: number, max: number) {
  return storableText(min, max).refine(isVisible, 'must contain a visible character');
}

/** As `visibleText`, in one line and without overrides of its direction: for names, titles and other labels. */
export function labelText(min: number, max: number): z.ZodString {
  return visibleText(min, max).refine((text) => !misleading.test(text), 'must not contain control characters or direction overrides');
}
