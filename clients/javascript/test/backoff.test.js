import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../backoff.js';
import { adviceOf, closeError } from '../errors.js';
import { newKey } from '../key.js';

const lowest = () => 0;
const highest = () => 1 - Number.EPSILON;

/** The first `count` waits of one kind. */
const waits = (random, kind, count = 9) => {
  const backoff = new Backoff(random);
  return Array.from({ length: count }, () => backoff.next(kind));
};

test('retries wait between half a second and a ceiling that doubles to thirty seconds', () => {
  assert.deepEqual(waits(lowest, 'retry'), Array(9).fill(500));
  assert.deepEqual(waits(highest, 'retry').map(Math.round), [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000]);
});

test('"now" waits at most half a second the first time, then as long as a retry', () => {
  assert.deepEqual(waits(lowest, 'now', 3), [0, 500, 500]);
  assert.deepEqual(waits(highest, 'now', 3).map(Math.round), [500, 2000, 4000]);
});

test('"later" waits at least four seconds', () => {
  assert.deepEqual(waits(lowest, 'later', 4), [4000, 8000, 15000, 15000]);
  assert.deepEqual(waits(highest, 'later', 4).map(Math.round), [8000, 16000, 30000, 30000]);
});

test('the jitter is full: every wait between the bounds is possible', () => {
  const thirds = waits(Math.random, 'retry', 3000).slice(9).map((ms) => Math.floor((ms - 500) / (29_500 / 3)));
  for (const third of [0, 1, 2]) assert.ok(thirds.filter((each) => each === third).length > 800);
});

test('after a reset the waits are short again', () => {
  const backoff = new Backoff(highest);
  for (let i = 0; i < 6; i++) backoff.next();
  backoff.reset();
  assert.equal(Math.round(backoff.next()), 1000);
});

test('a close code is obeyed by its range', () => {
  assert.deepEqual([4000, 4005, 4099].map(adviceOf), ['away', 'away', 'away']);
  assert.deepEqual([4100, 4104, 4199].map(adviceOf), ['later', 'later', 'later']);
  assert.deepEqual([4200, 4204, 4299].map(adviceOf), ['now', 'now', 'now']);
  assert.deepEqual([1000, 1001, 1006, 1011, 3000, 4300].map(adviceOf), Array(6).fill('retry'));
});

test('a close becomes an error with a code of the closed table', () => {
  assert.equal(closeError(4003, '').code, 'forbidden');
  assert.equal(closeError(4077, '').code, 'forbidden');
  assert.equal(closeError(4103, 'Redis is away').message, 'Redis is away');
  assert.equal(closeError(4103, '').retry, true);
  assert.equal(closeError(1006, '').code, 'lost');
});

test('keys have the form of the protocol and do not repeat', () => {
  const keys = Array.from({ length: 1000 }, newKey);
  for (const key of keys) assert.match(key, /^[a-z0-9]{16,28}$/);
  assert.equal(new Set(keys).size, 1000);
});
