/** `isInView` of the contract as an SQL condition. `member` is the alias of a row of `members`, `seq` an expression. */
export function isInViewSql(member: string, seq: string): string {
  return `${seq} >= ${member}.visible_from_seq`;
}
