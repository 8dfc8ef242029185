import { queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { Overview } from "./types";

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => get<Overview>("/overview", signal),
});

// Milliseconds between two looks, while the window is visible.
export const live = { overview: 1000, frame: 3000, list: 1500, slow: 5000 };
