type Version = readonly [major: number, minor: number, patch: number];

/** A bound of a range, such as `>= 20.19.0`. */
interface Comparator {
  readonly operator: '>=' | '<';
  readonly version: Version;
}

/** The alternatives of a range; a version is in it if it passes all comparators of one of them. */
export type NodeRange = readonly (readonly Comparator[])[];

const beyond = 9999;

/** Parses a range of `engines`, as npm understands it, without pre-releases. Throws if it has another form. */
export function parseRange(text: string): NodeRange {
  return text.split('||').map((alternative) => {
    const [low, high] = alternative.split(/\s-\s/);
    if (low !== undefined && high !== undefined) return [...parsePart(`>=${low.trim()}`), ...parsePart(`<=${high.trim()}`)];
    const parts = alternative.replaceAll(/([<>=~^]+)\s+/g, '$1').trim();
    return parts === '' ? [] : parts.split(/\s+/).flatMap(parsePart);
  });
}

export function isInRange(version: Version, range: NodeRange): boolean {
  return range.some((comparators) => comparators.every((comparator) => passes(version, comparator)));
}

/** Versions on both sides of every bound: between two of them no range changes its answer. */
export function versionsToTry(ranges: readonly NodeRange[]): Version[] {
  const bounds = ranges.flatMap((range) => range.flatMap((comparators) => comparators.map(({ version }) => version)));
  return bounds.flatMap(([major, minor, patch]): Version[] => {
    const before: Version = patch > 0 ? [major, minor, patch - 1] : minor > 0 ? [major, minor - 1, beyond] : [major - 1, beyond, beyond];
    return [before, [major, minor, patch], [major, minor, patch + 1]];
  });
}

/** The lowest version of each alternative as `major.minor`, in the order of the range. */
export function lowestVersions(range: NodeRange): string[] {
  return range.flatMap((comparators) => {
    const lowest = comparators.find(({ operator }) => operator === '>=');
    return lowest === undefined ? [] : [lowest.version.slice(0, 2).join('.')];
  });
}

function parsePart(part: string): Comparator[] {
  const found = /^(?<operator>\^|~|>=|<=|>|<|=)?v?(?<major>\d+|[xX*])(?:\.(?<minor>\d+|[xX*]))?(?:\.(?<patch>\d+|[xX*]))?/.exec(
    part,
  )?.groups;
  if (found === undefined) throw new Error(`"${part}" is not a range of versions`);
  const [major, minor, patch] = [found['major'], found['minor'], found['patch']].map(numberOf);
  if (major === undefined) return [];
  const low: Version = [major, minor ?? 0, patch ?? 0];
  const next: Version = minor === undefined ? [major + 1, 0, 0] : patch === undefined ? [major, minor + 1, 0] : [major, minor, patch + 1];
  switch (found['operator']) {
    case '^':
      return between(low, [major + 1, 0, 0]);
    case '~':
      return between(low, minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0]);
    case '>=':
      return [{ operator: '>=', version: low }];
    case '<':
      return [{ operator: '<', version: low }];
    case '>':
      return [{ operator: '>=', version: next }];
    case '<=':
      return [{ operator: '<', version: next }];
    case undefined:
    default:
      return between(low, next);
  }
}

function between(low: Version, high: Version): Comparator[] {
  return [
    { operator: '>=', version: low },
    { operator: '<', version: high },
  ];
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || /^[xX*]$/.test(text) ? undefined : Number(text);
}

function passes(version: Version, comparator: Comparator): boolean {
  const difference = [0, 1, 2].map((place) => (version[place] ?? 0) - (comparator.version[place] ?? 0)).find((part) => part !== 0) ?? 0;
  return comparator.operator === '>=' ? difference >= 0 : difference < 0;
}
