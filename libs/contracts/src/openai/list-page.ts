/** OpenAI's cursor page: the SDKs ask again with the last item's id as `after` while `has_more` is true. */
export interface ListPageObject<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly has_more: boolean;
}

export function toListPage<T extends { readonly id: string }>(data: readonly T[], hasMore: boolean): ListPageObject<T> {
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: hasMore };
}
