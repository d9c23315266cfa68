import { useState } from "react";
import { CheckIcon, CopyIcon } from "./icons";

async function toClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http from another machine has no clipboard API; a selected field still copies.
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

export function useCopy(): [copied: boolean, copy: (text: string) => void] {
  const [copied, setCopied] = useState(false);
  const copy = (text: string) => {
    void toClipboard(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return [copied, copy];
}

export function CopyButton({ text, label, children, shortcut }: { text: string; label: string; children?: string; shortcut?: string }) {
  const [copied, copy] = useCopy();
  return (
    <button type="button" className="btn quiet" title={label} aria-label={copied ? "Copied" : label} onClick={() => copy(text)}>
      {copied ? <CheckIcon /> : <CopyIcon />}
      {children && <span>{copied ? "Copied" : children}</span>}
      {shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
    </button>
  );
}

/** One command or address, and a button that copies it. */
export function CopyLine({ text }: { text: string }) {
  return (
    <div className="copyline">
      <code title={text}>{text}</code>
      <CopyButton text={text} label={`Copy ${text}`} />
    </div>
  );
}
