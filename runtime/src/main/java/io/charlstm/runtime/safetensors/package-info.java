/**
 * Reading and writing safetensors files: a length, a JSON header, then the tensors' bytes.
 *
 * <p>Reading trusts nothing: every length, shape and offset is checked against the file's real size
 * before memory is taken for it. Files written here carry checksums in their metadata, so damage is
 * found; files of other programs load without them.
 */
package io.charlstm.runtime.safetensors;
