// A bell with the number of open alerts; nothing while there is none.
import { Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { overviewQuery } from "../api/overview";
import { Icon } from "../kit/icons";
import { count } from "../kit/numbers";
import { header } from "../strings";

export function AlertSign() {
  const { data } = useQuery(overviewQuery);
  const open = data?.alerts.open ?? 0;
  if (open === 0) return null;
  return (
    <Tooltip label={header.alerts(open)}>
      <Link
        to="/alerts"
        className="chip"
        data-tone="amber"
        data-testid="alert-sign"
        aria-label={header.alerts(open)}
      >
        <Icon name="alerts" size={16} />
        {count(open)}
      </Link>
    </Tooltip>
  );
}
