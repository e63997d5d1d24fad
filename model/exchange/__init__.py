"""Exports to ONNX, C, Python and bundles; imports from ONNX and safetensors."""
