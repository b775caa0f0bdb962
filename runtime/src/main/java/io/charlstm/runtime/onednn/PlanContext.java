package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.runtime.kernels.Kernels;
import java.util.List;

/**
 * What the parts of a plan share.
 *
 * @param streams one for each worker
 */
record PlanContext(
    PlanShape shape,
    Steps steps,
    ParameterAddresses parameters,
    ParameterAddresses gradients,
    Kernels kernels,
    DnnlEngine engine,
    List<DnnlStream> streams,
    Workers workers) {}
