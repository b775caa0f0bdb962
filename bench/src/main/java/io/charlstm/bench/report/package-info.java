/** Measurements as files, and the pages and plots made of them. */
package io.charlstm.bench.report;
