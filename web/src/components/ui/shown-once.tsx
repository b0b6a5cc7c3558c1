import { Button } from './button';
import { CopyButton } from './copy-button';
import { Notice } from './notice';

/** A secret that the server does not keep: shown now, with a button to copy it, and then no more. */
export function ShownOnce(props: {
  text: string;
  label: string;
  copyLabel: string;
  doneLabel: string;
  onDone(): void;
}) {
  return (
    <div
      className="grid gap-3 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
      data-testid="shown-once"
    >
      <Notice tone="warn" role="status">
        {props.label}
      </Notice>
      <code className="rounded-lg bg-sunken px-3 py-2.5 font-mono text-sm break-all select-all">
        {props.text}
      </code>
      <div className="flex flex-wrap gap-2">
        <CopyButton label={props.copyLabel} text={props.text} />
        <Button onClick={props.onDone}>{props.doneLabel}</Button>
      </div>
    </div>
  );
}
