import { type Character, introduction, keys, pronoun, subject, way } from './characters.js';
import {
  ANIMALS,
  COLOURS,
  type Colour,
  FEELINGS,
  type Feeling,
  type Kind,
  PLACES,
  type Place,
  THINGS,
  TIMES,
  type Time,
  USES,
  WEATHERS,
  type Weather,
} from './concepts.js';
import type { Teller } from './teller.js';

/** A thing that helps. */
interface Thing {
  readonly thing: string;
  readonly colour: Colour;
  readonly kind: Kind;
}

/**
 * Tells a story of two animals: the weather brings a feeling, the feeling a wish, the wish a walk, the walk a friend who has what helps. Names, colours,
 * homes and things come back later in the story, where a reader who remembers them knows the word before it comes.
 */
export function tellStory(t: Teller): void {
  const [weather, time] = [opening(t), t.choose(TIMES.map((each) => way('time', each)))];
  t.know('weather', weather);
  t.know('time', time);
  const hero = introduction(t, 'hero', []);
  const feeling = howItFeels(t, hero, weather);
  const kind = FEELINGS[feeling].helps;
  wish(t, hero, kind);
  const place = walk(t, hero);
  t.choose([
    { text: ' There', value: null },
    { text: ' Soon', value: null },
  ]);
  t.say(` ${pronoun(hero)}`, `role/${hero.role}`);
  t.say(' met');
  const friend = introduction(t, 'friend', [hero]);
  talk(t, hero, friend, feeling);
  const thing = gift(t, hero, friend, kind);
  together(t, { hero, friend, thing, place });
  relief(t, hero, feeling);
  ending(t, { hero, friend, thing, weather, time });
}

function opening(t: Teller): Weather {
  t.say('One');
  return t.choose(keys(WEATHERS).map((weather) => way('weather', weather)));
}

/** Weather brings its feelings three times as often as others. */
function howItFeels(t: Teller, hero: Character, weather: Weather): Feeling {
  subject(t, hero);
  t.say(' was');
  const brings = (feeling: Feeling): boolean => (FEELINGS[feeling].weathers as readonly Weather[]).includes(weather);
  const feeling = t.choose(keys(FEELINGS).map((each) => ({ ...way('feeling', each), weight: brings(each) ? 6 : 1 })));
  t.know('feeling', feeling);
  if (brings(feeling)) t.say(` because of the ${WEATHERS[weather].cause}`, `weather/${weather}`, 'cause');
  t.say('.');
  return feeling;
}

function wish(t: Teller, hero: Character, kind: Kind): void {
  t.say(` ${pronoun(hero, true)}`, `role/${hero.role}`);
  t.choose([
    { text: ' wanted', value: null },
    { text: ' wished', value: null },
  ]);
  t.say(' to');
  t.say(` ${USES[kind].wish}`, `wish/${kind}`);
  t.say(kind === 'music' ? ' a song' : ' something');
  if (kind !== 'music') t.say(KIND_WORDS[kind], `wish/${kind}`);
  t.say(', so');
}

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  clothes: ' warm',
  food: ' sweet',
  music: '',
  light: ' bright',
  toys: ' new',
};

function walk(t: Teller, hero: Character): Place {
  t.say(` ${pronoun(hero)}`, `role/${hero.role}`);
  t.say(` ${ANIMALS[hero.animal]}`, 'verb/move', `animal/${hero.animal}`);
  t.say(' to the');
  const place = t.choose(
    keys(PLACES)
      .filter((each) => each !== hero.home)
      .map((each) => way('place', each)),
  );
  t.know('place', place);
  t.say('.');
  return place;
}

function talk(t: Teller, hero: Character, friend: Character, feeling: Feeling): void {
  const kind = t.choose<'ask' | 'greet'>([
    { text: ' "Why', value: 'ask' },
    { text: ' "Hello', value: 'greet', weight: 2 },
  ]);
  if (kind === 'greet') {
    t.say(',');
    t.say(` ${hero.name}`, `name/${hero.name}`, 'role/hero');
    t.say('!"');
    t.say(' said');
  } else {
    t.say(' are you');
    t.say(` ${feeling}`, `feeling/${feeling}`);
    t.say('?"');
    t.say(' asked');
  }
  t.say(` ${friend.name}`, `name/${friend.name}`, 'role/friend');
  t.say('.');
}

/** ` Otto had a red scarf and gave it to Ida.` Nothing has the colour of its owner. */
function gift(t: Teller, hero: Character, friend: Character, kind: Kind): Thing {
  subject(t, friend);
  t.say(' had a');
  const colour = t.choose(COLOURS.filter((each) => each !== friend.colour).map((each) => way('colour', each)));
  const thing = t.choose((THINGS[kind] as readonly string[]).map((each) => way('thing', each)));
  t.know('thing', thing);
  t.know('thingColour', colour);
  t.choose([
    { text: ' and gave it to', value: null, concepts: ['verb/give'] },
    { text: ' and brought it to', value: null, concepts: ['verb/give'] },
  ]);
  t.say(` ${hero.name}`, `name/${hero.name}`, 'role/hero');
  t.know('holder', hero.name);
  t.say('.');
  return { thing, colour, kind };
}

interface Scene {
  readonly hero: Character;
  readonly friend: Character;
  readonly thing: Thing;
  readonly place: Place;
}

function together(t: Teller, { hero, friend, thing, place }: Scene): void {
  const begins = t.choose([' Then', ' Together', ' But'].map((text) => ({ text, value: text })));
  if (begins === ' But') {
    mishap(t, friend, thing);
    t.say(' Then');
  }
  t.say(' they');
  t.say(` ${USES[thing.kind].did}`, `wish/${thing.kind}`);
  t.say(' the');
  t.say(` ${thing.colour}`, `colour/${thing.colour}`);
  t.say(` ${thing.thing}`, `thing/${thing.thing}`);
  t.say(` ${PLACES[place]} the`);
  t.say(` ${place}`, `place/${place}`);
  t.choose([
    { text: ' and laughed', value: null, concepts: ['verb/joy'] },
    { text: ' and danced', value: null, concepts: ['verb/joy'] },
    { text: ' and sang', value: null, concepts: ['verb/joy'] },
  ]);
  t.say('.');
  t.choose([
    { text: ` "Thank you,"`, value: null },
    { text: ` "You are kind,"`, value: null },
  ]);
  t.say(' said');
  t.say(` ${hero.name}`, `name/${hero.name}`, 'role/hero');
  t.say(' to the');
  t.say(` ${friend.colour}`, `colour/${friend.colour}`);
  t.say(` ${friend.animal}`, `animal/${friend.animal}`, 'role/friend');
  t.say('.');
}

/** ` the red kite was lost, and Otto ran after it.` */
function mishap(t: Teller, friend: Character, { colour, thing }: Thing): void {
  t.say(' the');
  t.say(` ${colour}`, `colour/${colour}`);
  t.say(` ${thing}`, `thing/${thing}`);
  t.choose(['fell down', 'rolled away', 'was lost'].map((what) => ({ text: ` ${what}`, value: what, concepts: ['verb/lose'] })));
  t.say(', and');
  subject(t, friend);
  t.say(` ${ANIMALS[friend.animal]}`, 'verb/move', `animal/${friend.animal}`);
  t.say(' after it.');
}

function relief(t: Teller, hero: Character, feeling: Feeling): void {
  t.say(' Now');
  t.say(` ${hero.name}`, `name/${hero.name}`, 'role/hero');
  t.say(' was');
  t.say(` ${FEELINGS[feeling].after}`, `feeling/${FEELINGS[feeling].after}`);
  t.know('feeling', FEELINGS[feeling].after);
  t.choose([
    { text: ' and not', value: null },
    { text: ' instead of', value: null },
  ]);
  t.say(` ${feeling}`, `feeling/${feeling}`);
  t.say('.');
}

interface End {
  readonly hero: Character;
  readonly friend: Character;
  readonly thing: Thing;
  readonly weather: Weather;
  readonly time: Time;
}

function ending(t: Teller, { hero, friend, thing, weather, time }: End): void {
  t.say(time === 'evening' ? ' At night' : ' In the evening', 'time');
  t.know('time', time === 'evening' ? 'night' : 'evening');
  t.say(` ${WEATHERS[weather].ends}`, `weather/${weather}`);
  t.say(', and');
  const who = t.choose([
    { ...way('name', hero.name), value: hero, concepts: [`name/${hero.name}`, 'role/hero'] },
    { ...way('name', friend.name), value: friend, concepts: [`name/${friend.name}`, 'role/friend'] },
  ]);
  t.say(` ${ANIMALS[who.animal]}`, 'verb/move', `animal/${who.animal}`);
  t.say(' home to the');
  t.say(` ${who.home}`, `place/${who.home}`);
  t.know('place', who.home);
  if (who === hero && thing.kind !== 'food') {
    t.say(' with the');
    t.say(` ${thing.thing}`, `thing/${thing.thing}`);
  }
  t.say('.');
}
