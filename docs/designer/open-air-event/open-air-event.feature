# language: vi
Tính năng: Tổ chức sự kiện ngoài trời
  Xã hỏi ý kiến từng việc, chuyển công an thẩm định an toàn, hỏi điện lực, rồi mới quyết định.

  Kịch bản: Ý kiến, công an, điện lực
    Cho tỉnh mẫu Hải Sơn
    Và thủ tục "open-air-event" đã được công bố
    Và Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026 với:
      | subjects | Y tế; Trật tự đô thị |
    Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ" lúc 08:30 Thứ Hai 09/11/2026
    Thì hẹn trả là 17:00 Thứ Tư 18/11/2026
    Khi Đinh Văn Phúc làm bước "Xin ý kiến – Y tế" lúc 10:00 Thứ Hai 09/11/2026
    Và Đinh Văn Phúc làm bước "Xin ý kiến – Trật tự đô thị" lúc 10:00 Thứ Hai 09/11/2026
    Thì "Thẩm định an toàn giao thông" được chuyển cho "Phòng Cảnh sát giao thông", phải trả lời trước 15:30 Thứ Hai 09/11/2026
    Và "Ủy ban nhân dân xã Phú An" chịu trách nhiệm về hồ sơ
    Khi Lê Thanh Bình tiếp nhận việc chuyển lúc 11:00 Thứ Hai 09/11/2026
    Thì "Phòng Cảnh sát giao thông" chịu trách nhiệm về hồ sơ
    Khi Trần Minh An làm bước "Xem phương án giao thông" lúc 15:00 Thứ Ba 10/11/2026
    Thì "Ủy ban nhân dân xã Phú An" chịu trách nhiệm về hồ sơ
    Và đồng hồ đang dừng
