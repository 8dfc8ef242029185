// Every text of the console, by page. Sentence case; buttons are verbs; errors say what failed and what to do.
export * from "./cluster";
export * from "./common";
export * from "./learning";
export * from "./mail";
export * from "./policy";
export * from "./reports";
export * from "./user_lists";
