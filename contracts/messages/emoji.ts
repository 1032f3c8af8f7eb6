/** Written as text, because TypeScript accepts the `v` flag only for later targets than ours. */
const rgiEmoji = new RegExp('^\\p{RGI_Emoji}$', 'v');
const presentation = /[\ufe0e\ufe0f]/g;
/** A symbol that is text by default. With U+FE0F it is an emoji; before a skin tone it needs none. */
const textByDefault = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;

/**
 * The emoji in the one spelling that Unicode recommends (fully qualified): with U+FE0F where a symbol needs it, and without it
 * elsewhere. Other texts may change too; `isEmoji` refuses those.
 */
export function canonicalEmoji(text: string): string {
  return text.replace(presentation, '').replace(textByDefault, '$&\ufe0f');
}

/** Whether the text is exactly one emoji that Unicode recommends for general interchange (RGI), in its canonical spelling. */
export function isEmoji(text: string): boolean {
  return rgiEmoji.test(text);
}
