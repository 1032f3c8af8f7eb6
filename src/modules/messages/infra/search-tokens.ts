import type { ConversationId } from '#contracts/primitives.js';
import type { SearchTerm } from '../domain/search-query.js';
import { lexemesOf } from '../domain/search-words.js';

/**
 * The text form of a message's `tsvector`. It is built here and not by Postgres, whose parser knows letters by the locale of the
 * database. The conversation is a lexeme too: a search in a user's conversations then skips what others wrote.
 */
export function tokensOf(conversationId: ConversationId, text: string): string {
  const words = lexemesOf(text).map((lexeme) => `${quoted(lexeme.text)}:${lexeme.position}`);
  return `${conversationLexeme(conversationId)} ${words.join(' ')}`;
}

/** The text form of a `tsquery` for messages that contain all of these terms. Throws without a term. */
export function tsqueryOf(terms: readonly SearchTerm[]): string {
  if (terms.length === 0) throw new Error('a search needs a term');
  return terms.map((term) => `(${phraseOf(term)})`).join(' & ');
}

/** As `tsqueryOf`, for messages that contain the terms one after the other. */
export function tsqueryInOrder(terms: readonly SearchTerm[]): string {
  return phraseOf({ units: terms.flatMap((term) => term.units), isPrefix: terms.at(-1)?.isPrefix ?? false });
}

/** The text form of a `tsquery` for messages in any of these conversations. */
export function inConversations(ids: readonly ConversationId[]): string {
  return `(${ids.map(conversationLexeme).join(' | ')})`;
}

/**
 * The units of a term as neighbours. Where a run of characters ends, its last character may be followed by others, so it is looked
 * for as the beginning of a pair; after a pair of the same run it says nothing new and is left out, unless more units follow it.
 */
function phraseOf({ units, isPrefix }: SearchTerm): string {
  const lexemes = units.flatMap(({ folded, isCharacter, isContinued }, index) => {
    const next = units[index + 1];
    const isImplied = isCharacter && !isContinued && next === undefined && units[index - 1]?.isContinued === true;
    if (isImplied) return [];
    const isOpen = (isCharacter && !isContinued) || (isPrefix && next === undefined);
    return [`${quoted(isContinued ? folded + (next?.folded ?? '') : folded)}${isOpen ? ':*' : ''}`];
  });
  return lexemes.join(' <-> ');
}

/** Words contain no `@`, so the lexeme of a conversation is never one of a text. */
function conversationLexeme(id: ConversationId): string {
  return `'@${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}'`;
}

function quoted(lexeme: string): string {
  return `'${lexeme.replace(/['\\]/g, '$&$&')}'`;
}
