import { type JSX, Show, splitProps } from "solid-js";
import { Icon, type IconName } from "../icon/icon.tsx";
import "./button.css";

interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "plain" | "quiet" | "danger" | "good";
  size?: "small" | "large";
  icon?: IconName;
  trailing?: IconName;
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ["kind", "size", "icon", "trailing", "children"]);
  return (
    <button
      type="button"
      class="button"
      data-kind={own.kind ?? "plain"}
      data-size={own.size}
      {...rest}
    >
      <Show when={own.icon}>{(name) => <Icon name={name()} />}</Show>
      <span class="button-text">{own.children}</span>
      <Show when={own.trailing}>{(name) => <Icon name={name()} />}</Show>
    </button>
  );
}

interface RoundButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  label: string;
  tone?: "glass" | "plain" | "danger" | "off";
  badge?: number | undefined;
}

/** A round icon button. Its label is read aloud and shown as a tooltip. */
export function RoundButton(props: RoundButtonProps) {
  const [own, rest] = splitProps(props, ["icon", "label", "tone", "badge"]);
  return (
    <button
      type="button"
      class="round-button"
      data-tone={own.tone ?? "plain"}
      aria-label={own.label}
      title={own.label}
      {...rest}
    >
      <Icon name={own.icon} />
      <Show when={own.badge}>
        {(count) => (
          <span class="round-button-badge" aria-hidden="true">
            {count() > 9 ? "9+" : count()}
          </span>
        )}
      </Show>
    </button>
  );
}
