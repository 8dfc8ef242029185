// The one table: sticky head, sorting where a column has a sort key, a row opens on click or Enter, cards
// instead of columns on a phone, and the four states (skeleton, empty, no match, error).
import { Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";
import { app } from "../strings";
import { FourStates, type TableStates } from "./four_states";
import { Icon } from "./icons";

export interface Column<T> {
  id: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  sort?: (row: T) => string | number;
  width?: string;
  align?: "right";
  label?: string;
}

interface Props<T> {
  label: string;
  rows: T[] | undefined;
  columns: Column<T>[];
  rowId: (row: T) => string;
  rowLabel?: (row: T) => string;
  card: (row: T) => ReactNode;
  states: TableStates;
  open?: (row: T) => void;
  current?: string;
  sorting?: SortingState;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const none: never[] = [];

export function DataTable<T extends object>(props: Props<T>) {
  const { rows, states } = props;
  const narrow = useMediaQuery("(max-width: 760px)", undefined, { getInitialValueInEffect: false });
  const skeleton = narrow ? (
    <CardSkeleton />
  ) : (
    <TableSkeleton columns={props.columns.length} label={props.label} />
  );
  if (!rows || rows.length === 0) return <FourStates states={states} rows={rows} skeleton={skeleton} />;
  return narrow ? <Cards {...props} rows={rows} /> : <Grid {...props} rows={rows} />;
}

function Grid<T extends object>({
  rows,
  columns,
  rowId,
  rowLabel,
  open,
  current,
  label,
  sorting,
}: Props<T> & { rows: T[] }) {
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: T) => column.sort?.(row) ?? "",
        enableSorting: column.sort !== undefined,
        sortFn: sortFn_basic,
      })),
    [columns],
  );
  const initialState = useMemo(() => ({ sorting: sorting ?? none }), [sorting]);
  const table = useTable({ features, columns: definitions, data: rows, initialState, getRowId: rowId });
  const byId = new Map(columns.map((column) => [column.id, column]));
  return (
    <div className="table-scroll">
      <table className="data-table" aria-label={label}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((head) => {
                const column = byId.get(head.column.id);
                const sorted = head.column.getIsSorted();
                const order = sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined;
                return (
                  <th
                    key={head.id}
                    scope="col"
                    style={{ width: column?.width, textAlign: column?.align }}
                    aria-sort={order}
                  >
                    {head.column.getCanSort() ? (
                      <button type="button" className="sort" onClick={head.column.getToggleSortingHandler()}>
                        {column?.header}
                        <span aria-hidden="true" className="arrow">
                          {sorted === "asc" ? "↑" : sorted === "desc" ? "↓" : "↕"}
                        </span>
                      </button>
                    ) : (
                      (column?.header ?? <span className="only-read">{column?.label}</span>)
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <Row key={row.id} row={row.original} id={row.id} current={current} open={open} label={rowLabel}>
              {columns.map((column) => (
                <td key={column.id} style={{ textAlign: column.align }}>
                  {column.cell(row.original)}
                </td>
              ))}
            </Row>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row<T>(props: {
  row: T;
  id: string;
  current?: string;
  open?: (row: T) => void;
  label?: (row: T) => string;
  children: ReactNode;
}) {
  const { row, id, current, open, label } = props;
  if (!open) return <tr>{props.children}</tr>;
  return (
    <tr
      className="opens"
      tabIndex={0}
      data-row={id}
      aria-selected={current === id}
      aria-label={label?.(row)}
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest("a,button,input,label")) open(row);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) open(row);
      }}
    >
      {props.children}
    </tr>
  );
}

function Cards<T extends object>({
  rows,
  rowId,
  card,
  open,
  current,
  label,
  rowLabel,
}: Props<T> & { rows: T[] }) {
  return (
    <ul className="cards" aria-label={label}>
      {rows.map((row) => {
        const id = rowId(row);
        return (
          <li key={id} data-current={current === id}>
            {open && (
              <button
                type="button"
                className="card-open"
                onClick={() => open(row)}
                aria-label={rowLabel?.(row) ?? id}
              >
                <Icon name="right" size={16} />
              </button>
            )}
            {card(row)}
          </li>
        );
      })}
    </ul>
  );
}

function TableSkeleton({ columns, label }: { columns: number; label: string }) {
  return (
    <table className="data-table" aria-label={label} aria-busy="true">
      <tbody>
        {Array.from({ length: 8 }, (_, row) => (
          <tr key={`row-${row + 1}`}>
            {Array.from({ length: columns }, (_, column) => (
              <td key={`cell-${column + 1}`}>
                <Skeleton height={14} my={4} width={`${50 + ((row * 7 + column * 23) % 50)}%`} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CardSkeleton() {
  return (
    <ul className="cards" aria-busy="true" aria-label={app.loading}>
      {Array.from({ length: 5 }, (_, row) => (
        <li key={`card-${row + 1}`}>
          <Skeleton height={14} width="70%" mb={10} />
          <Skeleton height={14} width="45%" />
        </li>
      ))}
    </ul>
  );
}
