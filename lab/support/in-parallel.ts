/** Maps items in order, with at most `inFlightMax` calls in flight. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>, inFlightMax = 16): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: inFlightMax }, lane));
  return results;
}
