// The part of cuDNN 9's C interface that the double offers: values, opaque types, functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cudnn_double {

enum Status : int {
  kSuccess = 0,
  kNotInitialized = 1001,
  kVersionMismatch = 1002,
  kBadParam = 2000,
  kNotSupported = 3000,
  kInternalError = 4000,
  kExecutionFailed = 5000,
  kExecutionFailedCudart = 5003,
};

enum DataType : int { kFloat = 0, kDouble = 1, kHalf = 2, kInt32 = 4, kBFloat16 = 9 };
enum Algorithm : int { kStandard = 0, kPersistStatic = 1, kPersistDynamic = 2, kSmallH = 3 };
enum CellMode : int { kRelu = 0, kTanh = 1, kLstm = 2, kGru = 3 };
enum BiasMode : int { kNoBias = 0, kInputBias = 1, kDoubleBias = 2, kRecurrentBias = 3 };
enum Direction : int { kUnidirectional = 0, kBidirectional = 1 };
enum InputMode : int { kLinearInput = 0, kSkipInput = 1 };
enum ClipMode : int { kClipNone = 0, kClipMinMax = 1 };
enum Layout : int { kTimeMajorUnpacked = 0, kTimeMajorPacked = 1, kBatchMajorUnpacked = 2 };
enum ForwardMode : int { kInference = 0, kTraining = 1 };
enum GradientMode : int { kAdd = 0, kSet = 1 };

struct Handle;
struct TensorDescriptor;
struct DropoutDescriptor;
struct RnnDescriptor;
struct RnnDataDescriptor;

}  // namespace cudnn_double

#define CUDNN_DOUBLE_API __attribute__((visibility("default")))

extern "C" {

using cudnnHandle_t = cudnn_double::Handle*;
using cudnnTensorDescriptor_t = cudnn_double::TensorDescriptor*;
using cudnnDropoutDescriptor_t = cudnn_double::DropoutDescriptor*;
using cudnnRNNDescriptor_t = cudnn_double::RnnDescriptor*;
using cudnnRNNDataDescriptor_t = cudnn_double::RnnDataDescriptor*;

// In the parts graph, ops and adv; the shim's symbols include theirs.
CUDNN_DOUBLE_API std::size_t cudnnGetVersion();
CUDNN_DOUBLE_API std::size_t cudnnGetCudartVersion();
CUDNN_DOUBLE_API int cudnnGraphVersionCheck();
CUDNN_DOUBLE_API int cudnnOpsVersionCheck();
CUDNN_DOUBLE_API int cudnnAdvVersionCheck();
CUDNN_DOUBLE_API void dbl_set_cudnn_version(int number);

CUDNN_DOUBLE_API const char* cudnnGetErrorString(int status);
CUDNN_DOUBLE_API void cudnnGetLastErrorString(char* message, std::size_t max_size);

CUDNN_DOUBLE_API int cudnnCreate(cudnnHandle_t* handle);
CUDNN_DOUBLE_API int cudnnDestroy(cudnnHandle_t handle);
CUDNN_DOUBLE_API int cudnnSetStream(cudnnHandle_t handle, void* stream);
CUDNN_DOUBLE_API int cudnnGetStream(cudnnHandle_t handle, void** stream);

CUDNN_DOUBLE_API int cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* descriptor);
CUDNN_DOUBLE_API int cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t descriptor);
CUDNN_DOUBLE_API int cudnnSetTensorNdDescriptor(cudnnTensorDescriptor_t descriptor, int data_type,
                                                int dimensions, const int* sizes,
                                                const int* strides);
CUDNN_DOUBLE_API int cudnnGetTensorNdDescriptor(cudnnTensorDescriptor_t descriptor, int requested,
                                                int* data_type, int* dimensions, int* sizes,
                                                int* strides);

CUDNN_DOUBLE_API int cudnnCreateDropoutDescriptor(cudnnDropoutDescriptor_t* descriptor);
CUDNN_DOUBLE_API int cudnnDestroyDropoutDescriptor(cudnnDropoutDescriptor_t descriptor);
CUDNN_DOUBLE_API int cudnnDropoutGetStatesSize(cudnnHandle_t handle, std::size_t* bytes);
CUDNN_DOUBLE_API int cudnnSetDropoutDescriptor(cudnnDropoutDescriptor_t descriptor,
                                               cudnnHandle_t handle, float probability,
                                               void* states, std::size_t state_bytes,
                                               unsigned long long seed);
CUDNN_DOUBLE_API int cudnnRestoreDropoutDescriptor(cudnnDropoutDescriptor_t descriptor,
                                                   cudnnHandle_t handle, float probability,
                                                   void* states, std::size_t state_bytes,
                                                   unsigned long long seed);

CUDNN_DOUBLE_API int cudnnCreateRNNDescriptor(cudnnRNNDescriptor_t* descriptor);
CUDNN_DOUBLE_API int cudnnDestroyRNNDescriptor(cudnnRNNDescriptor_t descriptor);
CUDNN_DOUBLE_API int cudnnSetRNNDescriptor_v8(cudnnRNNDescriptor_t descriptor, int algorithm,
                                              int cell_mode, int bias_mode, int direction,
                                              int input_mode, int data_type, int math_precision,
                                              int math_type, std::int32_t input_size,
                                              std::int32_t hidden_size, std::int32_t projection,
                                              std::int32_t layers, cudnnDropoutDescriptor_t dropout,
                                              std::uint32_t flags);
CUDNN_DOUBLE_API int cudnnGetRNNDescriptor_v8(cudnnRNNDescriptor_t descriptor, int* algorithm,
                                              int* cell_mode, int* bias_mode, int* direction,
                                              int* input_mode, int* data_type, int* math_precision,
                                              int* math_type, std::int32_t* input_size,
                                              std::int32_t* hidden_size, std::int32_t* projection,
                                              std::int32_t* layers,
                                              cudnnDropoutDescriptor_t* dropout,
                                              std::uint32_t* flags);
CUDNN_DOUBLE_API int cudnnRNNSetClip_v9(cudnnRNNDescriptor_t descriptor, int mode, double low,
                                        double high);

CUDNN_DOUBLE_API int cudnnCreateRNNDataDescriptor(cudnnRNNDataDescriptor_t* descriptor);
CUDNN_DOUBLE_API int cudnnDestroyRNNDataDescriptor(cudnnRNNDataDescriptor_t descriptor);
CUDNN_DOUBLE_API int cudnnSetRNNDataDescriptor(cudnnRNNDataDescriptor_t descriptor, int data_type,
                                               int layout, int max_length, int batch, int vector,
                                               const int* lengths, void* padding_fill);

CUDNN_DOUBLE_API int cudnnBuildRNNDynamic(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor,
                                          int batch);
CUDNN_DOUBLE_API int cudnnGetRNNWeightSpaceSize(cudnnHandle_t handle,
                                                cudnnRNNDescriptor_t descriptor,
                                                std::size_t* bytes);
CUDNN_DOUBLE_API int cudnnGetRNNWeightParams(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor,
                                             std::int32_t pseudo_layer, std::size_t weight_bytes,
                                             const void* weights, std::int32_t linear_id,
                                             cudnnTensorDescriptor_t matrix_descriptor,
                                             void** matrix,
                                             cudnnTensorDescriptor_t bias_descriptor, void** bias);
CUDNN_DOUBLE_API int cudnnGetRNNTempSpaceSizes(cudnnHandle_t handle,
                                               cudnnRNNDescriptor_t descriptor, int mode,
                                               cudnnRNNDataDescriptor_t x_descriptor,
                                               std::size_t* work_bytes,
                                               std::size_t* reserve_bytes);

CUDNN_DOUBLE_API int cudnnRNNForward(
    cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor, int mode,
    const std::int32_t* device_lengths, cudnnRNNDataDescriptor_t x_descriptor, const void* x,
    cudnnRNNDataDescriptor_t y_descriptor, void* y, cudnnTensorDescriptor_t h_descriptor,
    const void* hx, void* hy, cudnnTensorDescriptor_t c_descriptor, const void* cx, void* cy,
    std::size_t weight_bytes, const void* weights, std::size_t work_bytes, void* work,
    std::size_t reserve_bytes, void* reserve);
CUDNN_DOUBLE_API int cudnnRNNBackwardData_v8(
    cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor, const std::int32_t* device_lengths,
    cudnnRNNDataDescriptor_t y_descriptor, const void* y, const void* dy,
    cudnnRNNDataDescriptor_t x_descriptor, void* dx, cudnnTensorDescriptor_t h_descriptor,
    const void* hx, const void* dhy, void* dhx, cudnnTensorDescriptor_t c_descriptor,
    const void* cx, const void* dcy, void* dcx, std::size_t weight_bytes, const void* weights,
    std::size_t work_bytes, void* work, std::size_t reserve_bytes, void* reserve);
CUDNN_DOUBLE_API int cudnnRNNBackwardWeights_v8(
    cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor, int gradient_mode,
    const std::int32_t* device_lengths, cudnnRNNDataDescriptor_t x_descriptor, const void* x,
    cudnnTensorDescriptor_t h_descriptor, const void* hx, cudnnRNNDataDescriptor_t y_descriptor,
    const void* y, std::size_t weight_bytes, void* weight_gradients, std::size_t work_bytes,
    void* work, std::size_t reserve_bytes, void* reserve);
}
