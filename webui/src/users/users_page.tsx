// Who may do what? People who log in, and tokens for programs.
import { PageHead } from "../kit/page";
import { users } from "../strings";
import { TokensPanel } from "./tokens_panel";
import { UsersPanel } from "./users_panel";

export function UsersPage() {
  return (
    <>
      <PageHead title={users.title} text={users.question} />
      <UsersPanel />
      <TokensPanel />
    </>
  );
}
