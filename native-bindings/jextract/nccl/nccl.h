// What jextract reads for NCCL 2: our own declarations of the few functions used, written from
// NCCL's public documentation, because no package of NCCL's headers is at hand for every user.
// Sizes are spelled `long long`, which is 64 bits on every platform, as `size_t` is.
typedef struct ncclComm* ncclComm_t;
typedef struct CUstream_st* cudaStream_t;

typedef struct {
  char internal[128];
} ncclUniqueId;

typedef enum { ncclSuccess = 0, ncclInProgress = 7 } ncclResult_t;

typedef enum { ncclSum = 0, ncclAvg = 4 } ncclRedOp_t;

typedef enum {
  ncclInt32 = 2,
  ncclInt64 = 4,
  ncclFloat16 = 6,
  ncclFloat32 = 7,
  ncclFloat64 = 8,
  ncclBfloat16 = 9
} ncclDataType_t;

ncclResult_t ncclGetVersion(int* version);
const char* ncclGetErrorString(ncclResult_t result);
const char* ncclGetLastError(ncclComm_t comm);
ncclResult_t ncclGetUniqueId(ncclUniqueId* id);
ncclResult_t ncclCommInitRank(ncclComm_t* comm, int ranks, ncclUniqueId id, int rank);
ncclResult_t ncclCommDestroy(ncclComm_t comm);
ncclResult_t ncclCommAbort(ncclComm_t comm);
ncclResult_t ncclCommGetAsyncError(ncclComm_t comm, ncclResult_t* error);
ncclResult_t ncclAllReduce(const void* send, void* receive, unsigned long long count,
                           ncclDataType_t type, ncclRedOp_t operation, ncclComm_t comm,
                           cudaStream_t stream);
ncclResult_t ncclBroadcast(const void* send, void* receive, unsigned long long count,
                           ncclDataType_t type, int root, ncclComm_t comm, cudaStream_t stream);
