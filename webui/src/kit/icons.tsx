// The console's own pictograms: 24 px grid, drawn with the text colour, hidden from screen readers.
const paths = {
  overview: "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
  mails: "M4 6h16v12H4zM4 7l8 6 8-6",
  quarantine: "M12 3l8 3v6c0 4.500-3.400 7.800-8 9-4.600-1.200-8-4.500-8-9V6zM12 9v4M12 16v.010",
  alerts: "M12 3a6 6 0 0 1 6 6v5l2 3H4l2-3V9a6 6 0 0 1 6-6zM10 20h4",
  userLists:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.500 2.500-6 6-6 1.500 0 2.800 .500 3.800 1.300M14.500 18l2 2 4-4.500",
  dmarc: "M4 6h16v12H4zM4 7l8 6 8-6M14 16l2 2 4-4",
  learning: "M2 9l10-5 10 5-10 5zM6 11v5c2 2 4 3 6 3s4-1 6-3v-5M22 9v6",
  rules: "M4 6h10M4 12h16M4 18h7M18 4v4M16 16v4",
  nodes: "M5 4h14v6H5zM5 14h14v6H5zM8 7v.010M8 17v.010",
  users:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.500 2.500-6 6-6s6 2.500 6 6M16 4.500a3.500 3.500 0 0 1 0 6M18 14.500c2 .800 3 2.800 3 5.500",
  audit: "M6 3h9l4 4v14H6zM9 9h6M9 13h6M9 17h4",
  reference:
    "M4 5c3-1.300 5.500-1 8 1 2.500-2 5-2.300 8-1v13c-3-1.300-5.500-1-8 1-2.500-2-5-2.300-8-1zM12 6v13",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M5 19l1.500-1.500M17.500 6.500L19 5",
  moon: "M20 14.500A8.500 8.500 0 1 1 9.500 4a7 7 0 0 0 10.500 10.500z",
  auto: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.500l4.500 4.500L19 7",
  close: "M6 6l12 12M18 6L6 18",
  up: "M12 19V6M6 11l6-6 6 6",
  down: "M12 5v13M6 13l6 6 6-6",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  search: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L20 20",
  more: "M6 12v.010M12 12v.010M18 12v.010",
  plus: "M12 5v14M5 12h14",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  play: "M7 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  history: "M4 12a8 8 0 1 0 3-6.200L4 8M4 4v4h4M12 8v4.500l3 2",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.010",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  keyboard: "M3 7h18v10H3zM7 11v.010M11 11v.010M15 11v.010M8 14h8",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c0-3.500 3-6 7-6s7 2.500 7 6",
  list: "M9 6h11M9 12h11M9 18h11M4.500 6v.010M4.500 12v.010M4.500 18v.010",
  sliders: "M5 4v6M5 14v6M12 4v3M12 11v9M19 4v9M19 17v3M3 12h4M10 9h4M17 15h4",
  attachment:
    "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.300 3.300 0 0 1 4.700 4.700l-8 8a1.600 1.600 0 0 1-2.400-2.300L14 8",
};

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: "none" }}
    >
      <path d={paths[name]} />
    </svg>
  );
}
