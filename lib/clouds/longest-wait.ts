/**
 * For so long a cloud's word is taken, however much longer it asks us to wait. It halts the whole account's line, and with it
 * cancellations, which may have no more than six hours left; asking in vain once in a quarter of an hour costs nobody anything.
 */
export const LONGEST_WAIT_SECONDS = 900;
