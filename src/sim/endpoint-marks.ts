/**
 * What is true of an endpoint, as bits of one number: a million of them wait for their next packet, and a field for each took more than
 * all the rest. The first five are what the transport said and the host has not been told yet, in the order in which it is told.
 */
export const ESTABLISHED = 1;
export const READABLE = 2;
export const DRAINED = 4;
export const FINISHED = 8;
export const ENDED = 16;
export const NEWS_OF_TRANSPORT = 31;
/** The host is being told. */
export const SETTLING = 32;
/** Its host knows the connection; or remembers no more than that it is over; or has forgotten it in a power cut. None of them: unborn. */
export const STANDING = 64;
export const OVER = 128;
export const GONE = 256;
export const BORN = STANDING | OVER | GONE;
/** The application has closed, or died: the host goes on alone. */
export const ABANDONED = 512;
/** It dialled, and the connection stands. */
export const DIALLED_WELL = 1_024;
/** The application waits for the backlog to come to nothing; for room in the send buffer. */
export const WANTS_DRAINED = 2_048;
export const WANTS_ROOM = 4_096;
/** The application reads in tasks of its own; a rule or a middlebox looks at what is sent; its end was announced. */
export const READS_IN_TASKS = 8_192;
export const SUPERVISED = 16_384;
export const ANNOUNCED = 32_768;
/** From this one on they belong to the transport. */
export const FIRST_OF_TRANSPORT = 65_536;
