import { Pill, type Tone } from "../kit/verdict";
import { quarantine } from "../strings";

const tones: Record<string, Tone> = {
  stored: "quarantine",
  releasing: "tag",
  released: "good",
  "release-failed": "reject",
  deleted: "discard",
  expired: "discard",
};

export function ItemStateMark({ state }: { state: string }) {
  return <Pill tone={tones[state] ?? "neutral"}>{quarantine.states[state] ?? state}</Pill>;
}
