/** What the bundle for GPU machines runs: checks of a GPU, and speed beside PyTorch. */
package io.charlstm.bench.gpu;
