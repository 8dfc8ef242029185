import type { ListCounts } from "../api/user_lists";
import { userLists } from "../strings";

// The count beside its limit: of one owner when there is one to speak of, and of all.
export function Fullness({ counts, owner }: { counts: ListCounts; owner?: string }) {
  const { limits } = counts;
  const own = owner === undefined ? undefined : counts.owners[owner];
  const full = counts.entries >= limits.entries || (own !== undefined && own >= limits.entries_of_owner);
  return (
    <div role="status" className="small quiet fullness">
      {own !== undefined && owner && <span>{userLists.fullOf(owner, own, limits.entries_of_owner)}</span>}
      <span>{userLists.full(counts.entries, limits.entries)}</span>
      {full && <strong>{userLists.limitReached}</strong>}
    </div>
  );
}
