"""Networks for and from other programs: ONNX, C, Python, bundles; ONNX and safetensors of others."""
