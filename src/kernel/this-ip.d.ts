/**
 * The place in the source where it stands, as a number. The build puts it in and writes the table that turns the
 * number back into function, file and line (`sites.json`).
 */
declare const _THIS_IP_: number;
