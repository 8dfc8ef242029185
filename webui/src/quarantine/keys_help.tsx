import { Kbd, Modal } from "@mantine/core";
import { app, quarantine } from "../strings";

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={quarantine.keys}
      closeButtonProps={{ "aria-label": app.close }}
    >
      <dl className="facts">
        {quarantine.keysHelp.map(([key, what]) => (
          <div key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
