/** The people of one test file: opened on demand, all closed at its end. */
import type { Browser } from "playwright-core";
import { ChromiumPerson, launchChromium } from "./chromium.ts";
import { FirefoxPerson } from "./firefox.ts";
import type { Engine, Person, PersonOptions } from "./person.ts";

export class Crowd {
  #chromium: Promise<Browser> | undefined;
  #people: Person[] = [];

  async invite(engine: Engine, name: string, options: PersonOptions = {}): Promise<Person> {
    let person: Person;
    if (engine === "firefox") person = await FirefoxPerson.arrive(name, options);
    else {
      this.#chromium ??= launchChromium();
      person = await ChromiumPerson.arrive(await this.#chromium, name, options);
    }
    this.#people.push(person);
    return person;
  }

  /** Everyone goes home; the next test starts with nobody in the lobby. */
  async leave(): Promise<void> {
    const people = this.#people;
    this.#people = [];
    // A tab that a test closed already must not keep the others from closing.
    await Promise.allSettled(people.map((person) => person.close()));
  }

  async end(): Promise<void> {
    await this.leave();
    const browser = await this.#chromium;
    await browser?.close();
  }
}
