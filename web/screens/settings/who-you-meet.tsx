import { INTERESTS_MAX } from "../../../protocol/limits.ts";
import { MODES, REACHES, type Mode, type Reach } from "../../../protocol/widening.ts";
import { INTEREST_MAX_CHARS, canonical, tidy } from "../../settings/interests.ts";
import type { Settings } from "../../settings/settings.ts";
import { Choice } from "../../ui/field/field.tsx";
import { Tags } from "../../ui/tags/tags.tsx";
import { t } from "../../text/index.ts";

/** What is asked of the lobby, with what each choice costs in waiting. Holds from the next search on. */
export function WhoYouMeet(props: { settings: Settings }) {
  const settings = () => props.settings;
  return (
    <section>
      <h3>{t().settings.meet}</h3>
      <div class="settings-choice">
        <Choice
          legend={t().settings.mode}
          value={settings().mode()}
          options={MODES.map((mode) => ({ value: mode, label: t().settings.modes[mode] }))}
          onChange={(value) => settings().setMode(value as Mode)}
        />
        <p class="settings-note">{t().settings.modeNotes[settings().mode()]}</p>
      </div>
      <div class="settings-choice">
        <Choice
          legend={t().settings.reach}
          value={settings().reach()}
          options={REACHES.map((reach) => ({ value: reach, label: t().settings.reaches[reach] }))}
          onChange={(value) => settings().setReach(value as Reach)}
        />
        <p class="settings-note">{t().settings.reachNotes[settings().reach()]}</p>
      </div>
      <Tags
        label={t().settings.interests}
        note={t().settings.interestsBody}
        tags={settings().interests()}
        most={INTERESTS_MAX}
        maxChars={INTEREST_MAX_CHARS}
        text={{
          add: t().settings.interestAdd,
          placeholder: t().settings.interestNew,
          full: t().settings.interestFull,
          remove: t().settings.interestRemove,
          added: t().settings.interestAdded,
          removed: t().settings.interestRemoved,
          known: t().settings.interestKnown,
        }}
        tidy={tidy}
        same={(one, other) => canonical(one) === canonical(other)}
        onChange={(tags) => settings().setInterests(tags)}
      />
    </section>
  );
}
